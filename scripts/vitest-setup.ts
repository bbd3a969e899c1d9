import { vi } from 'vitest'

const { waitFor } = vi

// On a busy machine a condition may be met late. Only one that is never met is a fault, so wait far longer than Vitest's one second.
vi.waitFor = (callback, options) =>
  waitFor(callback, typeof options === 'number' ? options : { timeout: 15_000, interval: 10, ...options })
