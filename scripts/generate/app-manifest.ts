import { addon } from '../package/project.ts'
import type { Generator } from './generator.ts'

/** https://dev.splunk.com/enterprise/reference/packagingtoolkit/pkgtoolkitappmanifest, schema 2.0.0 */
export const appManifest: Generator = {
  path: 'app.manifest',
  render: () => `${JSON.stringify(manifest, null, 2)}\n`,
}

const manifest = {
  schemaVersion: '2.0.0',
  info: {
    title: addon.label,
    id: { group: null, name: addon.id, version: addon.version },
    author: [{ name: addon.author, email: null, company: null }],
    releaseDate: null,
    description: addon.description,
    classification: {
      intendedAudience: 'IT Professionals',
      categories: ['Security, Fraud & Compliance'],
      developmentStatus: 'Production/Stable',
    },
    commonInformationModels: null,
    license: { name: addon.license, text: './LICENSE', uri: 'https://www.apache.org/licenses/LICENSE-2.0' },
    privacyPolicy: null,
    releaseNotes: { name: 'CHANGELOG', text: './CHANGELOG.md', uri: null },
  },
  dependencies: null,
  tasks: null,
  inputGroups: null,
  incompatibleApps: null,
  platformRequirements: null,
  supportedDeployments: ['_standalone', '_distributed', '_search_head_clustering'],
  targetWorkloads: ['_search_heads', '_forwarders'],
}
