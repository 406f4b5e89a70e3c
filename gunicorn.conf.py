"""How the web server runs: a few processes with threads, because a request mostly waits."""

from crm import env

bind = f"{env.text('HOST', '127.0.0.1')}:{env.number('PORT', 8000)}"
worker_class = "gthread"
workers = env.number("WEB_PROCESSES", 2)
threads = env.number("WEB_THREADS", 4)
graceful_timeout = 10
# A browser keeps its connection for a page and what belongs to it.
keepalive = 5
# Memory that crept up is given back now and then, not by all processes at once.
max_requests = 5000
max_requests_jitter = 500
