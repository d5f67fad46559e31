FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# The packages first: they change less often than the code.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY DatasetAdmin.Core/DatasetAdmin.Core.csproj DatasetAdmin.Core/packages.lock.json DatasetAdmin.Core/
COPY DatasetAdmin.Web/DatasetAdmin.Web.csproj DatasetAdmin.Web/packages.lock.json DatasetAdmin.Web/
RUN dotnet restore DatasetAdmin.Web --locked-mode

COPY DatasetAdmin.Core DatasetAdmin.Core
COPY DatasetAdmin.Web DatasetAdmin.Web
RUN dotnet publish DatasetAdmin.Web --no-restore --configuration Release --output /app -p:UseAppHost=false

# DuckDB and libvips come for every platform, 430 MB of them for others than this one. (The lock files name no platform,
# so publishing for one would have to restore without them.)
RUN case "$(uname -m)" in aarch64) keep=linux-arm64 ;; *) keep=linux-x64 ;; esac \
    && find /app/runtimes -mindepth 1 -maxdepth 1 ! -name "$keep" ! -name linux ! -name unix -exec rm -r {} + \
    && ls /app/runtimes/$keep/native


FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app .
COPY LICENSE THIRD-PARTY-NOTICES.md deploy/health.sh ./

# Everything that the program keeps on disk. A new volume takes over this folder's owner.
ENV DataFolder=/data
RUN mkdir /data && chown "$APP_UID:$APP_UID" /data
VOLUME /data

USER $APP_UID
EXPOSE 8080

HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 CMD ["bash", "/app/health.sh"]

ENTRYPOINT ["dotnet", "DatasetAdmin.Web.dll"]
