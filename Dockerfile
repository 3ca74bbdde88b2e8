# One image for every service: Airflow, the workers, the training containers, MLflow. Layers change from the bottom up:
# a change of code rebuilds nothing heavy.
FROM python:3.11-slim-bookworm

RUN apt-get update \
 && apt-get install -y --no-install-recommends curl libgomp1 \
 && rm -rf /var/lib/apt/lists/*

ARG UV_VERSION=0.13.8
RUN pip install --no-cache-dir "uv==${UV_VERSION}"

WORKDIR /opt/nightshift
# The user of the image may write no bytecode beside the code, so all of it is compiled here.
ENV UV_COMPILE_BYTECODE=1 UV_LINK_MODE=copy UV_NO_CACHE=1 UV_PYTHON=/usr/local/bin/python

# Exactly the lock, with the `cluster` group (Celery, Redis, PostgreSQL) and without development tools.
COPY pyproject.toml uv.lock README.md LICENSE ./
RUN uv sync --frozen --no-default-groups --group cluster --no-install-project

COPY include include
COPY dags dags
COPY plugins plugins
COPY scripts scripts
COPY airflow_settings.yaml ./
RUN uv sync --frozen --no-default-groups --group cluster \
 && .venv/bin/python -m compileall -q include dags plugins scripts

# Nobody is root here; what is kept lies in volumes that this user owns.
RUN useradd --uid 1000 --create-home nightshift \
 && mkdir -p /data /mlflow /opt/airflow \
 && chown -R nightshift:nightshift /data /mlflow /opt/airflow
USER nightshift

ENV PATH=/opt/nightshift/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NIGHTSHIFT_HOME=/data \
    AIRFLOW_HOME=/opt/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/nightshift/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/nightshift/plugins \
    AIRFLOW__CORE__LOAD_EXAMPLES=False \
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED=False \
    MLFLOW_DISABLE_TELEMETRY=true \
    GX_ANALYTICS_ENABLED=false

VOLUME ["/data", "/opt/airflow"]
CMD ["airflow", "version"]
