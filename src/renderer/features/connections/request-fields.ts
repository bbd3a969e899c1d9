import type { RequestField } from '../../../shared/contract/transport'
import type { ProfileForm } from './profile-form.svelte'

/** The value of a header or parameter as far as it was typed: a stored secret is not known here. */
export function fieldValue(form: ProfileForm, { value, secret }: RequestField): string {
  return secret === null ? value : (form.secrets[`field:${secret}`] ?? '')
}

export function setFieldValue(form: ProfileForm, field: RequestField, text: string): void {
  if (field.secret === null) field.value = text
  else form.setSecret(`field:${field.secret}`, text)
}

/** Makes a value secret, or no longer secret. What was typed stays; a stored secret has to be typed again. */
export function setSecrecy(form: ProfileForm, field: RequestField, isSecret: boolean): void {
  const text = fieldValue(form, field)
  if (field.secret !== null) form.clearSecret(`field:${field.secret}`)
  field.secret = isSecret ? newSecretId() : null
  field.value = ''
  setFieldValue(form, field, text)
}

function newSecretId(): string {
  return [...crypto.getRandomValues(new Uint8Array(8))]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
}
