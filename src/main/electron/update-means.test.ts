import { expect, it } from 'vitest'
import { meansOf } from './update-means'

const packaged = { isPackaged: true, macSigned: false, isAppImage: false }

it('installs updates on macOS only if the package is signed', () => {
  expect(meansOf({ ...packaged, platform: 'darwin' })).toBe('page')
  expect(meansOf({ ...packaged, platform: 'darwin', macSigned: true })).toBe('install')
})

it('installs updates of an AppImage, but not of a Debian package', () => {
  expect(meansOf({ ...packaged, platform: 'linux' })).toBe('page')
  expect(meansOf({ ...packaged, platform: 'linux', isAppImage: true })).toBe('install')
})

it('installs updates on Windows, and does not update an app that is not packaged', () => {
  expect(meansOf({ ...packaged, platform: 'win32' })).toBe('install')
  for (const platform of ['darwin', 'linux', 'win32'] as const)
    expect(meansOf({ isPackaged: false, platform, macSigned: true, isAppImage: true })).toBe('none')
})
