FROM python:3.11-slim AS packages
COPY requirements.lock .
RUN python -m venv /venv \
    && pip install --quiet uv==0.13.9 \
    && uv pip install --quiet --compile-bytecode --python /venv/bin/python --require-hashes -r requirements.lock

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 STATIC_ROOT=/app/static DROVER_DATA=/var/lib/drover NUMBA_CACHE_DIR=/var/cache/drover
COPY --from=packages /venv /venv
WORKDIR /app
COPY manage.py ./
COPY routing routing
COPY bookings bookings
COPY backend backend
COPY fixtures fixtures
RUN useradd --system --no-create-home drover \
    && mkdir -p /var/lib/drover /var/lib/beat /var/cache/drover \
    && python -m routing compile \
    && chown -R drover /var/lib/drover /var/lib/beat /var/cache/drover \
    && DROVER_DATA=/tmp/build python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/build
USER drover
EXPOSE 8000
CMD ["uvicorn", "backend.asgi:application", "--host", "0.0.0.0", "--port", "8000", "--no-proxy-headers"]
