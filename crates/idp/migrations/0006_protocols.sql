-- A service asks by SAML or by OpenID Connect; what was registered of it is metadata in the one case and JSON in the other.
ALTER TABLE services ADD COLUMN protocol TEXT NOT NULL DEFAULT 'saml';
