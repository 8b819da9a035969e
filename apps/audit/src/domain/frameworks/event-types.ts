// The types of events by what an auditor looks for. A spec holds them against the contract.

/** Who may in: decisions about access. */
export const ACCESS = ['access_decision'];
/** Logging in and out. */
export const AUTHENTICATION = ['issue_token', 'exchange_token', 'revoke_token'];
/** Who there is. */
export const IDENTITIES = ['create_principal', 'update_principal', 'disable_principal', 'enable_principal'];
/** What they prove themselves with. */
export const CREDENTIALS = ['create_client_secret', 'revoke_client_secret', 'rotate_signing_key'];
/** Who may do what. */
export const PERMISSIONS = ['put_policy', 'delete_policy', 'grant_access', 'revoke_access', 'replay_decisions'];
/** Keys and their lives. */
export const KEYS = [
  'create_key',
  'generate_data_key',
  'rotate_key',
  'rewrap_ciphertexts',
  'retire_key_version',
  'destroy_key',
];
/** Use of keys. */
export const ENCRYPTION = ['data_encryption', 'data_decryption'];
/** Processing of data. */
export const PROCESSING = [
  'data_processing_request',
  'batch_processing_request',
  'submit_job',
  'cancel_job',
  'execute_query',
  'save_dataset',
  'store_features',
];
/** Data that comes in, goes out or goes away. */
export const TRANSFERS = ['upload_dataset', 'download_dataset', 'delete_dataset', 'publish_event', 'consume_events'];
/** Finding, hiding and revealing personal data. */
export const PRIVACY = ['pii_detection', 'data_anonymization', 'reidentify_token'];
/** Forgetting people. */
export const ERASURE = ['erase_subject'];
/** Duties towards regulators. */
export const COMPLIANCE = ['compliance_configuration', 'evaluate_compliance', 'export_assessment', 'stop_breach_clock'];
/** Looking into the log. */
export const LOG_READING = [
  'get_event',
  'query_events',
  'tail_events',
  'export_events',
  'get_inclusion_proof',
  'verify_log',
  'generate_report',
];
/** How long the log is kept. */
export const LOG_KEEPING = ['put_retention', 'place_legal_hold', 'release_legal_hold', 'retention_applied'];
/** Changes of what runs. */
export const CHANGES = [
  'publish_component',
  'set_lifecycle',
  'set_alias',
  'create_deployment',
  'promote_deployment',
  'abort_deployment',
  'freeze_deployment',
  'rollback_deployment',
  'deployment_phase',
];
/** Tenants, and what they may use. */
export const TENANTS = [
  'create_tenant',
  'update_tenant',
  'suspend_tenant',
  'resume_tenant',
  'delete_tenant',
  'undelete_tenant',
  'acquire_job_slot',
  'release_job_slot',
];
/** Types of events that no method leaves. */
export const BACKGROUND = ['retention_applied', 'deployment_phase'];
