/** Where the local broker listens. */
export interface Place {
  host: string
  port: number
  snPort: number
}
