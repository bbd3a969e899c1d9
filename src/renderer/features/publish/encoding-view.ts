import type { Component } from 'svelte'
import type { Encoding } from '../../../shared/contract/encode'
import type { SchemasState } from '../../state/schemas.svelte'
import type { Notify } from '../../state/sentences'

/** Chooses how a payload that is written as JSON is encoded. */
export type EncodingView = Component<{
  /** null: it is sent as it is written. */
  encoding: Encoding | null
  schemas: SchemasState
  notify: Notify
  onchange: (encoding: Encoding | null) => void
}>
