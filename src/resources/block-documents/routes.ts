import { route } from '../route.ts'
import {
  countBlockDocuments,
  createBlockDocument,
  deleteBlockDocument,
  readBlockDocumentById,
  readBlockDocuments,
  updateBlockDocument,
} from './handlers.ts'
import { BlockDocumentCreate, BlockDocumentsCount, BlockDocumentsList, BlockDocumentUpdate, IncludeSecrets } from './schemas.ts'

const one = '/block_documents/{id:uuid}'

export const routes = [
  route({
    method: 'POST',
    path: '/block_documents/',
    name: 'create_block_document',
    access: 'alone',
    body: BlockDocumentCreate,
    handle: createBlockDocument,
  }),
  route({
    method: 'POST',
    path: '/block_documents/filter',
    name: 'read_block_documents',
    access: 'read',
    body: BlockDocumentsList,
    handle: readBlockDocuments,
  }),
  route({
    method: 'POST',
    path: '/block_documents/count',
    name: 'count_block_documents',
    access: 'read',
    body: BlockDocumentsCount,
    handle: countBlockDocuments,
  }),
  route({
    method: 'GET',
    path: one,
    name: 'read_block_document_by_id',
    access: 'read',
    query: IncludeSecrets,
    handle: readBlockDocumentById,
  }),
  route({ method: 'DELETE', path: one, name: 'delete_block_document', access: 'alone', handle: deleteBlockDocument }),
  route({
    method: 'PATCH',
    path: one,
    name: 'update_block_document_data',
    access: 'alone',
    body: BlockDocumentUpdate,
    handle: updateBlockDocument,
  }),
]
