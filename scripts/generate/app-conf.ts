import { addon } from '../package/project.ts'
import { type Generator, generatedBy } from './generator.ts'

/** https://help.splunk.com/en?resourceId=Splunk_Admin_Appconf */
export const appConf: Generator = {
  path: 'default/app.conf',
  render: () => `${generatedBy}

[install]
is_configured = 0

[ui]
is_visible = 1
label = ${addon.label}

[launcher]
author = ${addon.author}
version = ${addon.version}
description = ${addon.description}

[package]
id = ${addon.id}
check_for_updates = 0

[id]
name = ${addon.id}
version = ${addon.version}
`,
}
