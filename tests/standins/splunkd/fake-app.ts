import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const SCHEME = `<scheme><title>Fake</title><use_external_validation>true</use_external_validation>
<streaming_mode>xml</streaming_mode><endpoint><args>
<arg name="token"><required_on_create>true</required_on_create></arg>
<arg name="query"><required_on_create>false</required_on_create></arg>
</args></endpoint></scheme>`

/** The scripts of a fake input type, in sh; `$document` holds what stood on stdin. */
export interface FakeScripts {
  readonly run?: string
  readonly validate?: string
  readonly scheme?: string
}

function launcher(scripts: FakeScripts): string {
  return `#!/bin/sh
document=''
read_document() {
  while IFS= read -r line; do
    document="$document$line
"
    case "$line" in "</$1>") break ;; esac
  done
}
case "$1" in
  --scheme)
    ${scripts.scheme ?? `cat <<'END'\n${SCHEME}\nEND`}
    ;;
  --validate-arguments)
    read_document items
    ${scripts.validate ?? 'exit 0'}
    ;;
  *)
    read_document input
    ${scripts.run ?? 'exit 0'}
    ;;
esac
`
}

/** Writes an app `TA-fake` with the input type `fake`, made of sh, into a directory; gives back its path. */
export function fakeApp(directory: string, scripts: FakeScripts = {}): string {
  const app = join(directory, 'TA-fake')
  const files: Record<string, string> = {
    'README/inputs.conf.spec': '[fake://<name>]\ntoken = <string>\nquery = <string>\n',
    'default/app.conf': '[launcher]\nversion = 1.0.0\n',
    'default/inputs.conf': '[fake]\nstart_by_shell = false\ninterval = 300\n',
    'default/collections.conf': '[fake_state]\nenforceTypes = true\nfield.state = string\nfield.n = number\n',
    'default/props.conf': '[fake:big]\nTRUNCATE = 50\n',
    'bin/fake.sh': launcher(scripts),
  }
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(app, name)), { recursive: true })
    writeFileSync(join(app, name), content)
  }
  chmodSync(join(app, 'bin/fake.sh'), 0o755)
  return app
}
