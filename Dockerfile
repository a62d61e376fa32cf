FROM python:3.12-slim AS build
WORKDIR /src
RUN pip install --no-cache-dir hatchling
COPY . .
RUN python -m hatchling build -t wheel -d /dist

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /var/lib/touchline touchline
RUN --mount=from=build,source=/dist,target=/dist pip install --no-cache-dir /dist/*.whl
USER touchline
WORKDIR /var/lib/touchline
ENV PYTHONUNBUFFERED=1 TOUCHLINE_DATA_DIR=/var/lib/touchline/data
RUN mkdir data
ENTRYPOINT ["touchline"]
CMD ["--help"]
