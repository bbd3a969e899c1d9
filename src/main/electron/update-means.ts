import type { UpdateMeans } from '../../shared/contract/updates'

interface Build {
  isPackaged: boolean
  platform: NodeJS.Platform
  /** The package is marked as signed for macOS (electron-builder.config.ts). */
  macSigned: boolean
  /** The app runs from an AppImage. */
  isAppImage: boolean
}

/**
 * How this installation can be updated. macOS lets an app replace itself only if it is signed; a package that is not marked as signed
 * counts as unsigned. A Debian package is updated by the package manager, which needs a password, so the user gets a link to the
 * download page. An app that is not packaged cannot be updated.
 */
export function meansOf({ isPackaged, platform, macSigned, isAppImage }: Build): UpdateMeans {
  if (!isPackaged) return 'none'
  if (platform === 'win32') return 'install'
  if (platform === 'darwin') return macSigned ? 'install' : 'page'
  return isAppImage ? 'install' : 'page'
}
