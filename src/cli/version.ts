export const referenceVersion = '3.8.8'
