FROM debian:bookworm-slim AS build
WORKDIR /src
COPY service/packages service/install service/
RUN sh service/install build
COPY . .
RUN sh service/build all && make install DESTDIR=/out

FROM debian:bookworm-slim
COPY service/packages service/install /tmp/service/
RUN sh /tmp/service/install run && rm -rf /tmp/service /var/lib/apt/lists/* && \
    groupadd --gid 10001 moderato && \
    useradd --uid 10001 --gid moderato --no-create-home \
        --home-dir /var/lib/moderato --shell /usr/sbin/nologin moderato && \
    install -d -m 0700 -o moderato -g moderato /var/lib/moderato
COPY --from=build /out/ /

# Settings as environment, so that `docker run … key list` has them too.
ENV MODERATO_LISTEN=0.0.0.0:8080 \
    MODERATO_LISTEN_ADMIN=0.0.0.0:8081 \
    MODERATO_VAR=/var/lib/moderato \
    MODERATO_MODEL=/usr/local/share/moderato/models/default
USER 10001:10001
WORKDIR /var/lib/moderato
VOLUME /var/lib/moderato
EXPOSE 8080 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
    CMD ["moderatod", "health"]
ENTRYPOINT ["moderatod"]
CMD ["serve"]
