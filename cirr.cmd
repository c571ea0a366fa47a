@echo off
rem Runs cirr's command line on Windows: finds a JDK, builds the first time and when sources are
rem newer than the build, and starts Java with the SIMD module and most of the machine's memory.
rem   CIRR_JAVA_OPTS   options for Java, such as -Xmx6g
rem   JAVA_HOME        the JDK to use; otherwise the java on the PATH
setlocal EnableExtensions DisableDelayedExpansion
set "ROOT=%~dp0"
set "JAR=%ROOT%cirr-nn\target\cirr-nn-0.1.0-SNAPSHOT.jar"

set "JAVA=java"
if defined JAVA_HOME if exist "%JAVA_HOME%\bin\java.exe" set "JAVA=%JAVA_HOME%\bin\java.exe"
set "VERSION="
set "TOLD=%TEMP%\cirr-java-%RANDOM%%RANDOM%.txt"
"%JAVA%" -version 2>"%TOLD%"
for /f "usebackq tokens=2,3" %%u in ("%TOLD%") do if "%%u"=="version" set "VERSION=%%~v"
del "%TOLD%" 2>nul
if not defined VERSION (
  >&2 echo cirr: needs a JDK of version 17 or newer; set JAVA_HOME to one ^(https://adoptium.net has them^)
  exit /b 1
)
for /f "tokens=1 delims=.-+" %%m in ("%VERSION%") do set "MAJOR=%%m"
if %MAJOR% LSS 17 (
  >&2 echo cirr: needs a JDK of version 17 or newer, found %VERSION%; set JAVA_HOME to one ^(https://adoptium.net has them^)
  exit /b 1
)

set "NATIVE="
if %MAJOR% GEQ 24 set "NATIVE=--enable-native-access=ALL-UNNAMED"

set "BUILD="
if not exist "%JAR%" set "BUILD=1"
if not exist "%ROOT%cirr-nn\target\lib" set "BUILD=1"
if not exist "%ROOT%cirr-cuda\target\lib" set "BUILD=1"
if not defined BUILD (
  powershell -NoProfile -Command "$jar = (Get-Item -LiteralPath $env:JAR).LastWriteTime; $new = 'core','io','metrics','nn','cuda' | ForEach-Object { Get-ChildItem -LiteralPath ($env:ROOT + 'cirr-' + $_ + '\src\main') -Recurse -File } | Where-Object { $_.LastWriteTime -gt $jar } | Select-Object -First 1; if ($new) { exit 1 } else { exit 0 }"
  if errorlevel 1 set "BUILD=1"
)
if defined BUILD (
  where mvn >nul 2>nul || (
    >&2 echo cirr: is not built yet and needs Maven ^(mvn^) on the PATH for it
    exit /b 1
  )
  >&2 echo cirr: building ^(a minute the first time, once only^) ...
  pushd "%ROOT%"
  call mvn -B -ntp -DskipTests -Dspotless.check.skip=true -pl cirr-nn,cirr-cuda -am package 1>&2
  if errorlevel 1 (
    popd
    >&2 echo cirr: the build failed, see above
    exit /b 1
  )
  popd
  powershell -NoProfile -Command "(Get-Item -LiteralPath $env:JAR).LastWriteTime = Get-Date"
)

"%JAVA%" --add-modules jdk.incubator.vector %NATIVE% -XX:MaxRAMPercentage=75 -Djava.awt.headless=true -Djoml.nounsafe=true %CIRR_JAVA_OPTS% -cp "%JAR%;%ROOT%cirr-nn\target\lib\*;%ROOT%cirr-cuda\target\lib\*" org.cirr.nn.cli.Main %*
exit /b %ERRORLEVEL%
