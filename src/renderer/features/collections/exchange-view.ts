import type { Component } from 'svelte'
import type { RequestStatus } from '../../../shared/contract/requests'

/** Shows a request, with its payload as it was sent, and its answers. */
export type ExchangeView = Component<{
  status: RequestStatus
  payload: string
  oncancel: () => void
  onshow: (topic: string, messageId: number) => void
}>
