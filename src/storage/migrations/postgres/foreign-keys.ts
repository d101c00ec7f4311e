/** Foreign keys, made after all tables: some point at each other. The names are the reference's, cut at 63 characters. */
type ForeignKey = readonly [
  table: string,
  column: string,
  target: string,
  onDelete: 'CASCADE' | 'SET NULL' | 'RESTRICT' | 'NO ACTION',
  name: string,
]

const keys: readonly ForeignKey[] = [
  ['agent', 'work_queue_id', 'work_queue', 'NO ACTION', 'fk_agent__work_queue_id__work_queue'],
  ['automation_bucket', 'automation_id', 'automation', 'CASCADE', 'fk_automation_bucket__automation_id__automation'],
  ['automation_related_resource', 'automation_id', 'automation', 'CASCADE', 'fk_automation_related_resource__automation_id__automation'],
  ['block_document', 'block_schema_id', 'block_schema', 'CASCADE', 'fk_block__block_schema_id__block_schema'],
  ['block_document', 'block_type_id', 'block_type', 'CASCADE', 'fk_block_document__block_type_id__block_type'],
  [
    'block_document_reference',
    'parent_block_document_id',
    'block_document',
    'CASCADE',
    'fk_block_document_reference__parent_block_document_id___328f',
  ],
  [
    'block_document_reference',
    'reference_block_document_id',
    'block_document',
    'CASCADE',
    'fk_block_document_reference__reference_block_document_i_5759',
  ],
  ['block_schema', 'block_type_id', 'block_type', 'CASCADE', 'fk_block_schema__block_type_id__block_type'],
  [
    'block_schema_reference',
    'parent_block_schema_id',
    'block_schema',
    'CASCADE',
    'fk_block_schema_reference__parent_block_schema_id__block_schema',
  ],
  [
    'block_schema_reference',
    'reference_block_schema_id',
    'block_schema',
    'CASCADE',
    'fk_block_schema_reference__reference_block_schema_id__b_6e5d',
  ],
  [
    'composite_trigger_child_firing',
    'automation_id',
    'automation',
    'CASCADE',
    'fk_composite_trigger_child_firing__automation_id__automation',
  ],
  ['deployment', 'concurrency_limit_id', 'concurrency_limit_v2', 'SET NULL', 'fk_deployment__concurrency_limit_id__concurrency_limit_v2'],
  ['deployment', 'flow_id', 'flow', 'CASCADE', 'fk_deployment__flow_id__flow'],
  ['deployment', 'infrastructure_document_id', 'block_document', 'CASCADE', 'fk_deployment__infrastructure_document_id__block_document'],
  ['deployment', 'storage_document_id', 'block_document', 'CASCADE', 'fk_deployment__storage_document_id__block_document'],
  ['deployment', 'work_queue_id', 'work_queue', 'SET NULL', 'fk_deployment__work_queue_id__work_queue'],
  ['deployment_schedule', 'deployment_id', 'deployment', 'CASCADE', 'fk_deployment_schedule__deployment_id__deployment'],
  ['deployment_version', 'deployment_id', 'deployment', 'CASCADE', 'fk_deployment_version__deployment_id__deployment'],
  ['deployment_version', 'work_queue_id', 'work_queue', 'SET NULL', 'fk_deployment_version__work_queue_id__work_queue'],
  ['flow_run', 'flow_id', 'flow', 'CASCADE', 'fk_flow_run__flow_id__flow'],
  ['flow_run', 'infrastructure_document_id', 'block_document', 'CASCADE', 'fk_flow_run__infrastructure_document_id__block_document'],
  ['flow_run', 'parent_task_run_id', 'task_run', 'SET NULL', 'fk_flow_run__parent_task_run_id__task_run'],
  ['flow_run', 'state_id', 'flow_run_state', 'SET NULL', 'fk_flow_run__state_id__flow_run_state'],
  ['flow_run', 'work_queue_id', 'work_queue', 'SET NULL', 'fk_flow_run__work_queue_id__work_queue'],
  ['flow_run_input', 'flow_run_id', 'flow_run', 'CASCADE', 'fk_flow_run_input__flow_run_id__flow_run'],
  ['flow_run_state', 'flow_run_id', 'flow_run', 'CASCADE', 'fk_flow_run_state__flow_run_id__flow_run'],
  ['flow_run_state', 'result_artifact_id', 'artifact', 'SET NULL', 'fk_flow_run_state__result_artifact_id__artifact'],
  ['task_run', 'flow_run_id', 'flow_run', 'CASCADE', 'fk_task_run__flow_run_id__flow_run'],
  ['task_run_state', 'result_artifact_id', 'artifact', 'SET NULL', 'fk_task_run_state__result_artifact_id__artifact'],
  ['task_run_state', 'task_run_id', 'task_run', 'CASCADE', 'fk_task_run_state__task_run_id__task_run'],
  ['work_pool', 'default_queue_id', 'work_queue', 'RESTRICT', 'fk_work_pool__default_queue_id__work_queue'],
  ['work_queue', 'work_pool_id', 'work_pool', 'CASCADE', 'fk_work_queue__work_pool_id__work_pool'],
  ['worker', 'work_pool_id', 'work_pool', 'CASCADE', 'fk_worker__work_pool_id__work_pool'],
]

export const foreignKeys: string = keys
  .map(
    ([table, column, target, onDelete, name]) =>
      `ALTER TABLE ${table} ADD CONSTRAINT ${name} FOREIGN KEY (${column}) REFERENCES ${target} (id) ON DELETE ${onDelete};`,
  )
  .join('\n')
