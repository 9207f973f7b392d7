# Skelter's commands without the window: track, batch, live, export, import, doctor …
#
#     docker build -t skelter .
#     docker run --rm --user "$(id -u)" -v "$PWD:/work" skelter track clip.mp4 -o poses.json
FROM python:3.12-slim-bookworm AS build
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir build==1.3.0 && python -m build --wheel --outdir /wheels

FROM python:3.12-slim-bookworm
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(echo /wheels/skelter-*.whl)[stream,parquet,cluster]" \
    && rm -r /wheels
# any user may run it (docker run --user "$(id -u)"), also one without a home
ENV HOME=/tmp
USER 1000
WORKDIR /work
# the streams' usual ports, for those who let the network in: --stream ws://0.0.0.0:8765
EXPOSE 8765 8080
ENTRYPOINT ["skelter"]
CMD ["--help"]
