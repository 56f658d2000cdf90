@echo off
rem Starts the add-on's program on the Node.js in this package. It stands in the package once for every input
rem type and once as "mailtrail", and hands its own name to the program.
setlocal
set "node_home=%NODE_HOME%"
for %%p in (NODE_ OPENSSL_ SSL_CERT_ PYTHON) do (
  for /f "tokens=1 delims==" %%v in ('set %%p 2^>nul') do if /i not "%%v"=="node_home" set "%%v="
)

rem What the network hands over is given back soon, and collected before it piles up, without threads for so little. Code
rem is optimised without one too: how much memory that thread has at a time would differ from run to run.
rem Sizes of the old space are not among them: V8 then takes none of the code caches that Node.js has of its own modules.
set "memory=--min-semi-space-size=2 --max-semi-space-size=2 --single-threaded-gc --no-concurrent-recompilation"

set "runtime=%~dp0..\windows_x86_64\bin\node.exe"
if exist "%runtime%" goto start

rem Without a runtime in the package: the first Node.js of the host that is new enough.
for %%n in ("%node_home%\node.exe") do if exist %%n call :consider %%n && goto start
for /f "delims=" %%n in ('where node.exe 2^>nul') do call :consider "%%n" && goto start
echo ERROR This package holds no Node.js for Windows, and none of version 24 or later is on PATH or in NODE_HOME. Install the package for this platform, or Node.js 24. 1>&2
exit /b 1

:start
set "node_home="
"%runtime%" --no-warnings --no-deprecation %memory% "%~dp0app\main.cjs" "%~n0" %*
exit /b %ERRORLEVEL%

:consider
set "runtime=%~1"
"%runtime%" -e "process.exit(Number(process.versions.node.split('.')[0]) >= 24 ? 0 : 1)" >nul 2>&1
if errorlevel 1 exit /b 1
rem These flags are V8's, and a later version may refuse them.
"%runtime%" %memory% -e 0 >nul 2>&1 || set "memory="
exit /b 0
