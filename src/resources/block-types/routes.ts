import { IncludeSecrets } from '../block-documents/schemas.ts'
import { route } from '../route.ts'
import {
  createBlockType,
  deleteBlockType,
  installSystemBlockTypes,
  readBlockDocumentByName,
  readBlockDocumentsOfType,
  readBlockType,
  readBlockTypeBySlug,
  readBlockTypes,
  updateBlockType,
} from './handlers.ts'
import { registerBlocks } from './register.ts'
import { BlockTypeCreate, BlockTypesList, BlockTypeUpdate } from './schemas.ts'

const one = '/block_types/{id:uuid}'
const documents = '/block_types/slug/{slug}/block_documents'
const tags = ['Block types', 'Block types', 'Block documents']

export const routes = [
  route({
    method: 'POST',
    path: '/block_types/',
    name: 'create_block_type',
    access: 'alone',
    body: BlockTypeCreate,
    handle: createBlockType,
  }),
  route({ method: 'GET', path: one, name: 'read_block_type_by_id', access: 'read', handle: readBlockType }),
  route({ method: 'PATCH', path: one, name: 'update_block_type', access: 'alone', body: BlockTypeUpdate, handle: updateBlockType }),
  route({ method: 'DELETE', path: one, name: 'delete_block_type', access: 'alone', handle: deleteBlockType }),
  route({
    method: 'GET',
    path: '/block_types/slug/{slug}',
    name: 'read_block_type_by_slug',
    access: 'read',
    handle: readBlockTypeBySlug,
  }),
  route({
    method: 'POST',
    path: '/block_types/filter',
    name: 'read_block_types',
    access: 'read',
    body: BlockTypesList,
    handle: readBlockTypes,
  }),
  route({
    method: 'GET',
    path: documents,
    name: 'read_block_documents_for_block_type',
    access: 'read',
    tags,
    query: IncludeSecrets,
    handle: readBlockDocumentsOfType,
  }),
  route({
    method: 'GET',
    path: `${documents}/name/{block_document_name}`,
    name: 'read_block_document_by_name_for_block_type',
    access: 'read',
    tags,
    query: IncludeSecrets,
    handle: readBlockDocumentByName,
  }),
  route({
    method: 'POST',
    path: '/block_types/install_system_block_types',
    name: 'install_system_block_types',
    access: 'alone',
    handle: installSystemBlockTypes,
  }),
  route({ method: 'CALL', path: '', name: 'register_blocks', access: 'alone', handle: registerBlocks }),
]
