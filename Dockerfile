FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# The packages first: they change less often than the code.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY DatasetAdmin.Core/DatasetAdmin.Core.csproj DatasetAdmin.Core/packages.lock.json DatasetAdmin.Core/
COPY DatasetAdmin.Web/DatasetAdmin.Web.csproj DatasetAdmin.Web/packages.lock.json DatasetAdmin.Web/
RUN dotnet restore DatasetAdmin.Web --locked-mode

COPY DatasetAdmin.Core DatasetAdmin.Core
COPY DatasetAdmin.Web DatasetAdmin.Web

# Compiled ahead for this platform, which starts it a second sooner, and with its native libraries alone. The lock files name no
# platform: what they name was checked above, and only the compiler comes in addition.
RUN case "$(uname -m)" in aarch64) platform=linux-arm64 ;; *) platform=linux-x64 ;; esac \
    && dotnet publish DatasetAdmin.Web --configuration Release --output /app --runtime $platform --no-self-contained \
        -p:PublishReadyToRun=true -p:UseAppHost=false -p:NuGetLockFilePath=obj/published.lock.json -p:RestoreLockedMode=false \
    && ls /app/libduckdb.so /app/libvips.so.42


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
