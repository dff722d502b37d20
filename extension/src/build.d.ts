/** The origin of the identity provider's check pages; the build puts it in. */
declare const IDP_ORIGIN: string;
