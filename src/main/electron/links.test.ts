import { beforeEach, expect, it, vi } from 'vitest'
import { linkOpening } from './links'

const own = vi.hoisted(() => new Set<string>())
const app = vi.hoisted(() => ({
  isPackaged: true,
  isDefaultProtocolClient: (scheme: string) => own.has(scheme),
  setAsDefaultProtocolClient: (scheme: string) => Boolean(own.add(scheme)),
  removeAsDefaultProtocolClient: (scheme: string) => own.delete(scheme)
}))
vi.mock('electron', () => ({ app }))

beforeEach(() => {
  own.clear()
  app.isPackaged = true
})

it('registers and unregisters Treetop for mqtt and mqtts links', () => {
  const links = linkOpening()!
  expect(links.get()).toBe(false)
  links.set(true)
  expect([...own]).toEqual(['mqtt', 'mqtts'])
  expect(links.get()).toBe(true)
  own.delete('mqtts')
  expect(links.get()).toBe(false)
  links.set(false)
  expect([...own]).toEqual([])
})

it('is unavailable if the app is not packaged', () => {
  app.isPackaged = false
  expect(linkOpening()).toBeNull()
})
