/** Where the built web UI may lie: the reference's own files, which are not part of this project's sources. */
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Settings } from '../../config/settings.ts'
import { Bundle } from '../../http/ui/bundle.ts'
import type { UiVersion } from '../../http/ui/paths.ts'
import { referenceVersion } from '../version.ts'

/** Folder → its subfolders: v1 and v2, as `ui install` unpacks them. */
export function installFolder(settings: Settings): string {
  return settings.get('PREFECT_SERVER_UI_STATIC_DIRECTORY') ?? join(settings.get('PREFECT_HOME'), 'ui', referenceVersion)
}

/** Where to look: what was installed, then what a package or an image carries beside its code. */
export function installedFolders(settings: Settings): string[] {
  return [installFolder(settings), join(dirname(fileURLToPath(import.meta.url)), '..', 'ui')]
}

/** The folders that hold a built UI. */
export function findUi(settings: Settings): Partial<Record<UiVersion, string>> {
  const folderOf = (version: UiVersion): string | undefined =>
    installedFolders(settings)
      .map((folder) => join(folder, version))
      .find(Bundle.isIn)
  const found: Partial<Record<UiVersion, string>> = {}
  for (const version of ['v1', 'v2'] as const) {
    const folder = folderOf(version)
    if (folder !== undefined) found[version] = folder
  }
  return found
}
