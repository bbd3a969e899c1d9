import { expect, it } from 'vitest'
import { meansOf } from './update-means'

const packaged = { isPackaged: true, macSigned: false, isAppImage: false }

it('lets only a signed macOS package replace itself', () => {
  expect(meansOf({ ...packaged, platform: 'darwin' })).toBe('page')
  expect(meansOf({ ...packaged, platform: 'darwin', macSigned: true })).toBe('install')
})

it('leaves a Debian package to the package manager, and replaces an AppImage', () => {
  expect(meansOf({ ...packaged, platform: 'linux' })).toBe('page')
  expect(meansOf({ ...packaged, platform: 'linux', isAppImage: true })).toBe('install')
})

it('replaces itself on Windows, and never where it is developed', () => {
  expect(meansOf({ ...packaged, platform: 'win32' })).toBe('install')
  for (const platform of ['darwin', 'linux', 'win32'] as const)
    expect(meansOf({ isPackaged: false, platform, macSigned: true, isAppImage: true })).toBe('none')
})
