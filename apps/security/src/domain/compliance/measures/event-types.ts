// Types of events by what they show. A spec holds them against the contract.

/** Runs over data. */
export const RUNS = ['data_processing_request', 'batch_processing_request'];
/** Data that is stored. */
export const WRITES = ['upload_dataset', 'save_dataset'];
/** Data that is read or goes out. */
export const READS = ['download_dataset', 'preview_dataset', 'execute_query'];
/** Data that is removed. */
export const REMOVALS = ['delete_dataset'];
/** Decisions about access. */
export const DECISIONS = ['access_decision'];
/** Who may do what. */
export const POLICIES = ['put_policy', 'delete_policy'];
/** Who there is, with which roles. */
export const IDENTITIES = ['create_principal', 'update_principal', 'disable_principal', 'enable_principal'];
/** Reviews of access rights. */
export const REVIEWS = ['list_stale_grants'];
/** Lives of keys. */
export const KEYS = ['create_key', 'rotate_key', 'retire_key_version', 'destroy_key'];
/** Use of keys. */
export const ENCRYPTION = ['data_encryption', 'data_decryption', 'generate_data_key'];
/** Finding and hiding personal data. */
export const PRIVACY = ['pii_detection', 'data_anonymization', 'reidentify_token'];
/** Forgetting persons. */
export const ERASURES = ['erase_subject'];
/** How long the log is kept. */
export const KEEPING = ['put_retention', 'retention_applied', 'place_legal_hold', 'release_legal_hold'];
/** What is demanded. */
export const CONFIGURATIONS = ['compliance_configuration'];
/** Looking into the log. */
export const LOG_READING = ['export_events', 'verify_log', 'query_events', 'get_event'];
/** Incidents and their ends. */
export const INCIDENTS = ['breach_clock_started', 'stop_breach_clock'];
/** Types of events that no method leaves. */
export const BACKGROUND = ['retention_applied', 'breach_clock_started'];
