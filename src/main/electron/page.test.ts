import { afterEach, expect, it, vi } from 'vitest'

afterEach(() => {
  vi.unstubAllEnvs()
  vi.resetModules()
})

it('accepts only URLs with the app’s scheme and host, with any path', async () => {
  const { isPage } = await import('./page')
  expect(isPage('app://treetop/')).toBe(true)
  expect(isPage('app://treetop/assets/index.js?x#y')).toBe(true)
  for (const other of [
    'app://treetop.evil/',
    'https://treetop/',
    'http://localhost:5173/',
    'data:text/html,',
    'x'
  ]) {
    expect(isPage(other)).toBe(false)
  }
})

it('accepts only the development server if one is configured', async () => {
  vi.stubEnv('ELECTRON_RENDERER_URL', 'http://localhost:5173')
  const { isPage, pageUrl } = await import('./page')
  expect(pageUrl).toBe('http://localhost:5173')
  expect(isPage('http://localhost:5173/main.ts')).toBe(true)
  expect(isPage('http://localhost:5174/')).toBe(false)
  expect(isPage('app://treetop/')).toBe(false)
})
