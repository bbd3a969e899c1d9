import type { UpdateMeans } from '../../shared/contract/updates'

interface Build {
  isPackaged: boolean
  platform: NodeJS.Platform
  /** The package says that it was signed for macOS (electron-builder.config.ts). */
  macSigned: boolean
  /** It runs from an AppImage. */
  isAppImage: boolean
}

/**
 * How a newer version comes to this machine. macOS lets an app replace itself only when it is signed, and a package that does not say so is
 * taken for one that is not. A Debian package is the package manager's, which wants a password: its owner gets the page. What was not
 * packaged is its developer's.
 */
export function meansOf({ isPackaged, platform, macSigned, isAppImage }: Build): UpdateMeans {
  if (!isPackaged) return 'none'
  if (platform === 'win32') return 'install'
  if (platform === 'darwin') return macSigned ? 'install' : 'page'
  return isAppImage ? 'install' : 'page'
}
