/** Lets the user choose a file with one of the extensions in `accept`; null if they cancel. */
export function pickFile(accept: string): Promise<File | null> {
  return new Promise((resolve) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.hidden = true
    const done = (file: File | null): void => {
      input.remove()
      resolve(file)
    }
    input.onchange = () => done(input.files?.[0] ?? null)
    input.oncancel = () => done(null)
    // Outside the document, nothing would keep it from being collected as garbage while the dialog is open, and its answer would be lost.
    document.body.append(input)
    input.click()
  })
}
