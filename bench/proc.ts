import { readFileSync } from 'node:fs'

/** Clock ticks per second in /proc/PID/stat: 100 on every Linux that Node runs on. */
const TICKS = 100

/** Resident memory of a process, in bytes (VmRSS). Linux only. */
export function residentBytes(pid: number): number {
  return statusField(pid, 'VmRSS')
}

/** CPU time that a process has used since its start, over all threads, in seconds. Linux only. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS
}

function statusField(pid: number, name: string): number {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1]) * 1_024
}
