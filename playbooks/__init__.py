"""What to do when: the playbook format and the library (playbooks and template texts) that seeds the store."""
