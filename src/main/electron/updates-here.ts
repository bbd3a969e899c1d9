import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { app } from 'electron'
import { z } from 'zod'
import type { Log } from '../log/log'
import { JsonFile } from '../profiles/json-file'
import { meansOf } from './update-means'
import { loadUpdater } from './updater'
import { DesktopUpdates } from './updates'

const Kept = z.object({ checkedAt: z.number().nullable() })
/** The package's own description (electron-builder.config.ts). */
const Package = z.object({
  homepage: z.url({ protocol: /^https$/ }).optional(),
  macSigned: z.boolean().optional()
})

/** Updates of this installation. Their state is stored in `updates.json` of the data directory. */
export async function updatesHere(
  dataDirectory: string,
  log: Log,
  flush: () => Promise<void>
): Promise<DesktopUpdates> {
  const file = new JsonFile(join(dataDirectory, 'updates.json'))
  const known = Kept.safeParse(await file.read())
  const keep = (checkedAt: number | null): void =>
    void file
      .write({ checkedAt })
      .catch((error: unknown) => log.warn('updates.json cannot be written', error))
  if (!known.success) keep(null)
  const { homepage, macSigned = false } = Package.parse(
    JSON.parse(readFileSync(join(app.getAppPath(), 'package.json'), 'utf8'))
  )
  return new DesktopUpdates({
    means: meansOf({
      isPackaged: app.isPackaged,
      platform: process.platform,
      macSigned,
      isAppImage: Boolean(process.env['APPIMAGE'])
    }),
    // A package built without an update address has a placeholder here.
    page:
      homepage === undefined || new URL(homepage).hostname.endsWith('.invalid')
        ? null
        : `${homepage}/releases`,
    checkedAt: known.success ? known.data.checkedAt : null,
    mayAsk: known.success,
    load: () => loadUpdater(log),
    keep,
    flush: async () => {
      await flush()
      // The new version may start before this process has ended.
      app.releaseSingleInstanceLock()
    },
    restart: () => {
      app.relaunch()
      app.exit(0)
    },
    log
  })
}
