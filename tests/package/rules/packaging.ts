import { addon } from '../../../scripts/package/project.ts'
import type { Rule } from './rule.ts'

/** How the archive is made. When one of these fails, app review looks at nothing else. */
export const packagingRules: readonly Rule[] = [
  {
    check: 'check_that_splunk_app_package_name_does_not_start_with_period',
    says: 'the package has a visible name that ends in .spl',
    problems: (app) => (/^[^.].*\.spl$/.test(app.fileName) ? [] : [app.fileName]),
  },
  {
    check: 'check_that_splunk_app_package_does_not_contain_files_outside_of_app',
    says: 'everything lies in one top folder, named like the app',
    problems: (app) => paths(app.entries.filter(({ path }) => path.split('/')[0] !== addon.id)),
  },
  {
    check: 'check_that_extracted_splunk_app_does_not_contain_prohibited_directories_or_files',
    says: 'no name begins with a dot or with __MACOSX, and no path with ./',
    problems: (app) => paths(app.entries.filter(({ path }) => /(^|\/)(\.|__MACOSX)/.test(path))),
  },
  {
    check: 'check_that_extracted_splunk_app_does_not_contain_invalid_directories',
    says: 'directories have mode 755, so at least 700',
    problems: (app) => paths(app.entries.filter(({ kind, mode }) => kind === 'Directory' && mode !== 0o755)),
  },
  {
    check: 'check_that_extracted_splunk_app_does_not_contain_files_with_invalid_permissions',
    says: 'files have mode 644 or 755, so at least 600',
    problems: (app) => paths(app.files.filter(({ mode }) => mode !== 0o644 && mode !== 0o755)),
  },
  {
    check: 'check_for_bin_files',
    says: 'only what lies under a directory called bin may be executed',
    problems: (app) =>
      paths(app.files.filter(({ mode, path }) => (mode & 0o111) !== 0 && !/\/bin\//.test(path))),
  },
  {
    check: 'check_symlink_outside_app',
    says: 'there are files and directories only, no links',
    problems: (app) => paths(app.entries.filter(({ kind }) => kind !== 'File' && kind !== 'Directory')),
  },
  {
    check: 'check_that_extracted_splunk_app_contains_default_app_conf_file',
    says: 'default/app.conf is there',
    problems: (app) => (app.text('default/app.conf') === '' ? ['default/app.conf'] : []),
  },
  {
    check: 'check_filenames_for_spaces',
    says: 'no name contains a blank',
    problems: (app) => paths(app.entries.filter(({ path }) => /\s/.test(path))),
  },
  {
    check: 'splunkd',
    says: 'no path is there twice, and each directory comes before what it holds',
    problems: (app) => {
      const seen = new Set([''])
      return app.entries.flatMap(({ path }) => {
        const parent = path.split('/').slice(0, -1).join('/')
        const fault = seen.has(path)
          ? [`${path} again`]
          : seen.has(parent)
            ? []
            : [`${path} before ${parent}`]
        seen.add(path)
        return fault
      })
    },
  },
]

function paths(entries: readonly { readonly path: string }[]): string[] {
  return entries.map(({ path }) => path)
}
