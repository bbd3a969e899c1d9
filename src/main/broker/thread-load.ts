import { getHeapStatistics } from 'node:v8'

/** Bytes that this thread has in use: objects, and buffers outside of the heap. */
export function memoryInUse(): number {
  const { used_heap_size: heap, external_memory: outside } = getHeapStatistics()
  return heap + outside
}

/** µs of CPU time that this thread has used so far. */
export function cpuTime(): number {
  const { user, system } = process.threadCpuUsage()
  return user + system
}
