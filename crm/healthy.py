"""Ask this machine's own web server whether it is well: `python -m crm.healthy`, for containers.

The question needs a host name that the server answers to, and comes as if through https.
"""

import sys
from http.client import HTTPConnection, HTTPException

from crm import env


def main() -> int:
    host = env.words("ALLOWED_HOSTS", "localhost")[0].lstrip(".")
    headers = {"Host": "localhost" if host == "*" else host, "X-Forwarded-Proto": "https"}
    connection = HTTPConnection("127.0.0.1", env.number("PORT", 8000), timeout=5)
    try:
        connection.request("GET", "/healthz", headers=headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    finally:
        connection.close()
    return 0 if status == 200 else 1


if __name__ == "__main__":
    sys.exit(main())
