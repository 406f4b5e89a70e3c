# Carnet as an image: the web server by default, the worker and migrations by another command.

FROM python:3.13-slim AS build
ENV PYTHONDONTWRITEBYTECODE=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
ENV PATH=/venv/bin:$PATH
# Dependencies first: they change less often than code, so this layer is mostly kept.
COPY requirements/runtime.txt /tmp/runtime.txt
RUN pip install --require-hashes -r /tmp/runtime.txt
WORKDIR /app
COPY . .
# Translations and static files belong to the code. The settings want values that are not used here.
RUN python -m crm.catalogues compile \
    && CARNET_ENV=production SECRET_KEY=build ALLOWED_HOSTS=build \
       DATABASE_URL=postgresql://build/build CARNET_STATIC_ROOT=/app/staticfiles \
       python manage.py collectstatic --no-input --verbosity 0

FROM python:3.13-slim
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PATH=/venv/bin:$PATH \
    CARNET_ENV=production CARNET_DATA=/data CARNET_STATIC_ROOT=/app/staticfiles HOST=0.0.0.0
RUN useradd --system --uid 10001 --user-group --no-create-home carnet \
    && install -d -o carnet -g carnet -m 0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
WORKDIR /app
USER carnet
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s CMD ["python", "-m", "crm.healthy"]
CMD ["gunicorn", "crm.wsgi"]
