namespace Manifold.Httpd.Language.Unknown;

/// <summary>
/// The modules of httpd 2.4 with the names of their directives and sections, whether this server has them or not: so that a file written for httpd
/// can be told what it asks for. A test asks apache2 whether the list is right. Read when something is wrong only. Pure.
/// </summary>
internal static class HttpdNames
{
    /// <summary>One of httpd's modules.</summary>
    /// <param name="Identifier">What LoadModule calls it.</param>
    /// <param name="Source">What IfModule may call it, too.</param>
    /// <param name="Directives">Its directives; a section's name begins with its bracket.</param>
    public sealed record HttpdModule(string Identifier, string Source, IReadOnlyList<string> Directives)
    {
        /// <summary>The name that people use: "mod_rewrite".</summary>
        public string ShownName => Source.StartsWith("mod_", StringComparison.Ordinal) ? Source[..^2] : Identifier;
    }

    private static readonly Lazy<IReadOnlyList<HttpdModule>> s_modules = new(Parse);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HttpdModule> Modules => s_modules.Value;

    /// <summary>The module that brings a directive, or, with its bracket, a section; null when httpd has none.</summary>
    public static HttpdModule? Provider(string name)
    {
        foreach (var module in Modules)
            if (module.Directives.Contains(name, StringComparer.OrdinalIgnoreCase)) return module;
        return null;
    }

    /// <summary>The module of that identifier or source; null when httpd has none.</summary>
    public static HttpdModule? Find(string name)
    {
        foreach (var module in Modules)
            if (module.Identifier == name || module.Source == name) return module;
        return null;
    }

    private static List<HttpdModule> Parse()
    {
        var modules = new List<HttpdModule>();
        foreach (string line in Text.Replace("\n  ", " ", StringComparison.Ordinal).Split('\n'))
        {
            string[] words = line.Split([' ', ':'], StringSplitOptions.RemoveEmptyEntries);
            modules.Add(new HttpdModule(words[0], words[1], words[2..]));
        }
        return modules;
    }

    private const string Text = """
        core_module core.c: <Directory <DirectoryMatch <Else <ElseIf <Files <FilesMatch <If <IfDefine <IfDirective <IfFile <IfModule <IfSection <Limit
          <LimitExcept <Location <LocationMatch <VirtualHost AcceptFilter AcceptPathInfo AccessFileName AddDefaultCharset AllowEncodedSlashes AllowOverride
          AllowOverrideList CGIPassAuth CGIVar ContentDigest CoreDumpDirectory DefaultRuntimeDir DefaultType Define DocumentRoot EnableMMAP EnableSendfile
          Error ErrorDocument ErrorLog ErrorLogFormat ExtendedStatus FileETag FlushMaxPipelined FlushMaxThreshold ForceType HostnameLookups
          HttpProtocolOptions Include IncludeOptional LimitInternalRecursion LimitRequestBody LimitRequestFields LimitRequestFieldsize LimitRequestLine
          LimitXMLRequestBody LogLevel MaxConnectionsPerChild MaxMemFree MaxRangeOverlaps MaxRangeReversals MaxRanges MaxRequestsPerChild MergeSlashes
          MergeTrailers Mutex NameVirtualHost Options PidFile Port Protocol Protocols ProtocolsHonorOrder QualifyRedirectURL ReadBufferSize
          RegexDefaultOptions RegisterHttpMethod RLimitCPU RLimitMEM RLimitNPROC ScoreBoardFile SeeRequestTail ServerAdmin ServerAlias ServerName ServerPath
          ServerRoot ServerSignature ServerTokens SetHandler SetInputFilter SetOutputFilter StrictHostCheck ThreadStackSize Timeout TraceEnable UnDefine
          UseCanonicalName UseCanonicalPhysicalPort
        mpm_event_module event.c: AsyncRequestWorkerFactor GracefulShutdownTimeout Listen ListenBacklog ListenCoresBucketsRatio ListenTCPDeferAccept
          MaxClients MaxRequestWorkers MaxSpareThreads MinSpareThreads ReceiveBufferSize SendBufferSize ServerLimit StartServers ThreadLimit ThreadsPerChild
        http_module http_core.c: KeepAlive KeepAliveTimeout MaxKeepAliveRequests
        mpm_prefork_module prefork.c: GracefulShutdownTimeout Listen ListenBacklog ListenCoresBucketsRatio ListenTCPDeferAccept MaxClients MaxRequestWorkers
          MaxSpareServers MinSpareServers ReceiveBufferSize SendBufferSize ServerLimit StartServers
        ldap_module util_ldap.c: LDAPCacheEntries LDAPCacheTTL LDAPConnectionPoolTTL LDAPConnectionTimeout LDAPLibraryDebug LDAPOpCacheEntries LDAPOpCacheTTL
          LDAPReferralHopLimit LDAPReferrals LDAPRetries LDAPRetryDelay LDAPSharedCacheFile LDAPSharedCacheSize LDAPTimeout LDAPTrustedClientCert
          LDAPTrustedGlobalCert LDAPTrustedMode LDAPVerifyServerCert
        mpm_worker_module worker.c: GracefulShutdownTimeout Listen ListenBacklog ListenCoresBucketsRatio ListenTCPDeferAccept MaxClients MaxRequestWorkers
          MaxSpareThreads MinSpareThreads ReceiveBufferSize SendBufferSize ServerLimit StartServers ThreadLimit ThreadsPerChild
        access_compat_module mod_access_compat.c: allow deny order Satisfy
        actions_module mod_actions.c: Action Script
        alias_module mod_alias.c: Alias AliasMatch AliasPreservePath Redirect RedirectMatch RedirectPermanent RedirectRelative RedirectTemp ScriptAlias
          ScriptAliasMatch
        allowmethods_module mod_allowmethods.c: AllowMethods
        asis_module mod_asis.c:
        auth_basic_module mod_auth_basic.c: AuthBasicAuthoritative AuthBasicFake AuthBasicProvider AuthBasicUseDigestAlgorithm
        auth_digest_module mod_auth_digest.c: AuthDigestAlgorithm AuthDigestDomain AuthDigestNcCheck AuthDigestNonceLifetime AuthDigestProvider AuthDigestQop
          AuthDigestShmemSize
        auth_form_module mod_auth_form.c: AuthFormAuthoritative AuthFormBody AuthFormDisableNoStore AuthFormFakeBasicAuth AuthFormLocation
          AuthFormLoginRequiredLocation AuthFormLoginSuccessLocation AuthFormLogoutLocation AuthFormMethod AuthFormMimetype AuthFormPassword AuthFormProvider
          AuthFormSitePassphrase AuthFormSize AuthFormUsername
        authn_anon_module mod_authn_anon.c: Anonymous Anonymous_LogEmail Anonymous_MustGiveEmail Anonymous_NoUserId Anonymous_VerifyEmail
        authn_core_module mod_authn_core.c: <AuthnProviderAlias AuthName AuthType
        authn_dbd_module mod_authn_dbd.c: AuthDBDUserPWQuery AuthDBDUserRealmQuery
        authn_dbm_module mod_authn_dbm.c: AuthDBMType AuthDBMUserFile
        authn_file_module mod_authn_file.c: AuthUserFile
        authn_socache_module mod_authn_socache.c: AuthnCacheContext AuthnCacheEnable AuthnCacheProvideFor AuthnCacheSOCache AuthnCacheTimeout
        authnz_ldap_module mod_authnz_ldap.c: AuthLDAPAuthorizePrefix AuthLDAPBindAuthoritative AuthLDAPBindDN AuthLDAPBindPassword AuthLDAPCharsetConfig
          AuthLDAPCompareAsUser AuthLDAPCompareDNOnServer AuthLDAPDereferenceAliases AuthLDAPGroupAttribute AuthLDAPGroupAttributeIsDN
          AuthLDAPInitialBindAsUser AuthLDAPInitialBindPattern AuthLDAPMaxSubGroupDepth AuthLDAPRemoteUserAttribute AuthLDAPRemoteUserIsDN
          AuthLDAPSearchAsUser AuthLDAPSubGroupAttribute AuthLDAPSubGroupClass AuthLDAPURL
        authnz_fcgi_module mod_authnz_fcgi.c: AuthnzFcgiCheckAuthnProvider AuthnzFcgiDefineProvider
        authz_core_module mod_authz_core.c: <AuthzProviderAlias <RequireAll <RequireAny <RequireNone AuthMerging AuthzSendForbiddenOnFailure Require
        authz_dbd_module mod_authz_dbd.c: AuthzDBDLoginToReferer AuthzDBDQuery AuthzDBDRedirectQuery
        authz_dbm_module mod_authz_dbm.c: AuthDBMGroupFile AuthzDBMType
        authz_groupfile_module mod_authz_groupfile.c: AuthGroupFile
        authz_host_module mod_authz_host.c:
        authz_owner_module mod_authz_owner.c:
        authz_user_module mod_authz_user.c:
        autoindex_module mod_autoindex.c: AddAlt AddAltByEncoding AddAltByType AddDescription AddIcon AddIconByEncoding AddIconByType DefaultIcon
          FancyIndexing HeaderName IndexHeadInsert IndexIgnore IndexIgnoreReset IndexOptions IndexOrderDefault IndexStyleSheet ReadmeName
        brotli_module mod_brotli.c: BrotliAlterETag BrotliCompressionMaxInputBlock BrotliCompressionQuality BrotliCompressionWindow BrotliFilterNote
        buffer_module mod_buffer.c: BufferSize
        cache_module mod_cache.c: CacheDefaultExpire CacheDetailHeader CacheDisable CacheEnable CacheHeader CacheIgnoreCacheControl CacheIgnoreHeaders
          CacheIgnoreNoLastMod CacheIgnoreQueryString CacheIgnoreURLSessionIdentifiers CacheKeyBaseURL CacheLastModifiedFactor CacheLock CacheLockMaxAge
          CacheLockPath CacheMaxExpire CacheMinExpire CacheQuickHandler CacheStaleOnError CacheStoreExpired CacheStoreNoStore CacheStorePrivate
        cache_disk_module mod_cache_disk.c: CacheDirLength CacheDirLevels CacheMaxFileSize CacheMinFileSize CacheReadSize CacheReadTime CacheRoot
        cache_socache_module mod_cache_socache.c: CacheSocache CacheSocacheMaxSize CacheSocacheMaxTime CacheSocacheMinTime CacheSocacheReadSize
          CacheSocacheReadTime
        cern_meta_module mod_cern_meta.c: MetaDir MetaFiles MetaSuffix
        cgi_module mod_cgi.c: CGIScriptTimeout ScriptLog ScriptLogBuffer ScriptLogLength
        cgid_module mod_cgid.c: CGIDScriptTimeout ScriptLog ScriptLogBuffer ScriptLogLength ScriptSock
        charset_lite_module mod_charset_lite.c: CharsetDefault CharsetOptions CharsetSourceEnc
        data_module mod_data.c:
        dav_module mod_dav.c: DAV DAVBasePath DAVDepthInfinity DAVLockDiscovery DAVMinTimeout
        dav_fs_module mod_dav_fs.c: DAVLockDB
        dav_lock_module mod_dav_lock.c: DAVGenericLockDB
        dbd_module mod_dbd.c: DBDExptime DBDInitSQL DBDKeep DBDMax DBDMin DBDParams DBDPersist DBDPrepareSQL DBDriver
        deflate_module mod_deflate.c: DeflateAlterEtag DeflateBufferSize DeflateCompressionLevel DeflateFilterNote DeflateInflateLimitRequestBody
          DeflateInflateRatioBurst DeflateInflateRatioLimit DeflateMemLevel DeflateWindowSize
        dialup_module mod_dialup.c: ModemStandard
        dir_module mod_dir.c: DirectoryCheckHandler DirectoryIndex DirectoryIndexRedirect DirectorySlash FallbackResource
        dumpio_module mod_dumpio.c: DumpIOInput DumpIOOutput
        echo_module mod_echo.c: ProtocolEcho
        env_module mod_env.c: PassEnv SetEnv UnsetEnv
        expires_module mod_expires.c: ExpiresActive ExpiresByType ExpiresDefault
        ext_filter_module mod_ext_filter.c: ExtFilterDefine ExtFilterOptions
        file_cache_module mod_file_cache.c: cachefile mmapfile
        filter_module mod_filter.c: AddOutputFilterByType FilterChain FilterDeclare FilterProtocol FilterProvider FilterTrace
        headers_module mod_headers.c: Header RequestHeader
        heartbeat_module mod_heartbeat.c: HeartbeatAddress
        heartmonitor_module mod_heartmonitor.c: HeartbeatListen HeartbeatMaxServers HeartbeatStorage
        http2_module mod_http2.c: H2CopyFiles H2Direct H2EarlyHint H2EarlyHints H2MaxDataFrameLen H2MaxHeaderBlockLen H2MaxSessionStreams H2MaxStreamErrors
          H2MaxWorkerIdleSeconds H2MaxWorkers H2MinWorkers H2ModernTLSOnly H2OutputBuffering H2Padding H2ProxyRequests H2Push H2PushDiarySize H2PushPriority
          H2PushResource H2SerializeHeaders H2SessionExtraFiles H2StreamMaxMemSize H2StreamTimeout H2TLSCoolDownSecs H2TLSWarmUpSize H2Upgrade H2WebSockets
          H2WindowSize
        ident_module mod_ident.c: IdentityCheck IdentityCheckTimeout
        imagemap_module mod_imagemap.c: ImapBase ImapDefault ImapMenu
        include_module mod_include.c: SSIEndTag SSIErrorMsg SSIEtag SSILastModified SSILegacyExprParser SSIStartTag SSITimeFormat SSIUndefinedEcho XBitHack
        info_module mod_info.c: AddModuleInfo
        lbmethod_bybusyness_module mod_lbmethod_bybusyness.c:
        lbmethod_byrequests_module mod_lbmethod_byrequests.c:
        lbmethod_bytraffic_module mod_lbmethod_bytraffic.c:
        lbmethod_heartbeat_module mod_lbmethod_heartbeat.c: HeartbeatStorage
        log_config_module mod_log_config.c: BufferedLogs CustomLog GlobalLog LogFormat TransferLog
        log_debug_module mod_log_debug.c: LogMessage
        log_forensic_module mod_log_forensic.c: ForensicLog
        logio_module mod_logio.c: LogIOTrackTTFB
        lua_module mod_lua.c: <LuaHookAccessChecker <LuaHookAuthChecker <LuaHookCheckUserID <LuaHookFixups <LuaHookMapToStorage <LuaHookPreTranslateName
          <LuaHookTranslateName <LuaHookTypeChecker <LuaQuickHandler Lua_____ByteCodeHack LuaAuthzProvider LuaCodeCache LuaHookAccessChecker
          LuaHookAuthChecker LuaHookCheckUserID LuaHookFixups LuaHookInsertFilter LuaHookLog LuaHookMapToStorage LuaHookPreTranslateName LuaHookTranslateName
          LuaHookTypeChecker LuaInherit LuaInputFilter LuaMapHandler LuaOutputFilter LuaPackageCPath LuaPackagePath LuaQuickHandler LuaRoot LuaScope
        macro_module mod_macro.c: <Macro MacroIgnoreBadNesting MacroIgnoreEmptyArgs UndefMacro Use
        md_module mod_md.c: <MDomain <MDomainSet MDActivationDelay MDBaseServer MDCACertificateFile MDCAChallenges MDCertificateAgreement
          MDCertificateAuthority MDCertificateCheck MDCertificateFile MDCertificateKeyFile MDCertificateProtocol MDCertificateStatus MDChallengeDns01
          MDChallengeDns01Version MDCheckInterval MDContactEmail MDDriveMode MDExternalAccountBinding MDHttpProxy MDHttpProxyCACertificateFile MDInitialDelay
          MDMatchNames MDMember MDMembers MDMessageCmd MDMustStaple MDNotifyCmd MDomain MDPortMap MDPrivateKeys MDProfile MDProfileMandatory MDRenewMode
          MDRenewViaARI MDRenewWindow MDRequireHttps MDRetryDelay MDRetryFailover MDServerStatus MDStapleOthers MDStapling MDStaplingKeepResponse
          MDStaplingRenewWindow MDStoreDir MDStoreLocks MDWarnWindow
        mime_module mod_mime.c: AddCharset AddEncoding AddHandler AddInputFilter AddLanguage AddOutputFilter AddType DefaultLanguage ModMimeUsePathInfo
          MultiviewsMatch RemoveCharset RemoveEncoding RemoveHandler RemoveInputFilter RemoveLanguage RemoveOutputFilter RemoveType TypesConfig
        mime_magic_module mod_mime_magic.c: MimeMagicFile
        negotiation_module mod_negotiation.c: CacheNegotiatedDocs ForceLanguagePriority LanguagePriority
        proxy_module mod_proxy.c: <Proxy <ProxyMatch BalancerGrowth BalancerInherit BalancerMember BalancerPersist NoProxy Proxy100Continue ProxyAddHeaders
          ProxyBadHeader ProxyBlock ProxyDomain ProxyErrorOverride ProxyIOBufferSize ProxyMaxForwards ProxyPass ProxyPassInherit ProxyPassInterpolateEnv
          ProxyPassMatch ProxyPassReverse ProxyPassReverseCookieDomain ProxyPassReverseCookiePath ProxyPreserveHost ProxyReceiveBufferSize ProxyRemote
          ProxyRemoteMatch ProxyRequests ProxySet ProxySourceAddress ProxyStatus ProxyTimeout ProxyVia
        proxy_ajp_module mod_proxy_ajp.c:
        proxy_balancer_module mod_proxy_balancer.c:
        proxy_connect_module mod_proxy_connect.c: AllowCONNECT
        proxy_express_module mod_proxy_express.c: ProxyExpressDBMFile ProxyExpressDBMType ProxyExpressEnable
        proxy_fcgi_module mod_proxy_fcgi.c: ProxyFCGIBackendType ProxyFCGISetEnvIf
        proxy_fdpass_module mod_proxy_fdpass.c:
        proxy_ftp_module mod_proxy_ftp.c: ProxyFtpDirCharset ProxyFtpEscapeWildcards ProxyFtpListOnWildcard
        proxy_hcheck_module mod_proxy_hcheck.c: ProxyHCExpr ProxyHCTemplate ProxyHCTPsize
        proxy_html_module mod_proxy_html.c: ProxyHTMLBufSize ProxyHTMLCharsetOut ProxyHTMLDoctype ProxyHTMLEnable ProxyHTMLEvents ProxyHTMLExtended
          ProxyHTMLFixups ProxyHTMLInterp ProxyHTMLLinks ProxyHTMLMeta ProxyHTMLStripComments ProxyHTMLURLMap
        proxy_http_module mod_proxy_http.c:
        proxy_http2_module mod_proxy_http2.c:
        proxy_scgi_module mod_proxy_scgi.c: ProxySCGIInternalRedirect ProxySCGISendfile
        proxy_uwsgi_module mod_proxy_uwsgi.c:
        proxy_wstunnel_module mod_proxy_wstunnel.c: ProxyWebsocketFallbackToProxyHttp
        ratelimit_module mod_ratelimit.c:
        reflector_module mod_reflector.c: ReflectorHeader
        remoteip_module mod_remoteip.c: RemoteIPHeader RemoteIPInternalProxy RemoteIPInternalProxyList RemoteIPProxiesHeader RemoteIPProxyProtocol
          RemoteIPProxyProtocolExceptions RemoteIPTrustedProxy RemoteIPTrustedProxyList
        reqtimeout_module mod_reqtimeout.c: RequestReadTimeout
        request_module mod_request.c: KeptBodySize
        rewrite_module mod_rewrite.c: RewriteBase RewriteCond RewriteEngine RewriteMap RewriteOptions RewriteRule
        sed_module mod_sed.c: InputSed OutputSed
        session_module mod_session.c: Session SessionEnv SessionExclude SessionExpiryUpdateInterval SessionHeader SessionInclude SessionMaxAge
        session_cookie_module mod_session_cookie.c: SessionCookieName SessionCookieName2 SessionCookieRemove
        session_crypto_module mod_session_crypto.c: SessionCryptoCipher SessionCryptoDriver SessionCryptoPassphrase SessionCryptoPassphraseFile
        session_dbd_module mod_session_dbd.c: SessionDBDCookieName SessionDBDCookieName2 SessionDBDCookieRemove SessionDBDDeleteLabel SessionDBDInsertLabel
          SessionDBDPerUser SessionDBDSelectLabel SessionDBDUpdateLabel
        setenvif_module mod_setenvif.c: BrowserMatch BrowserMatchNoCase SetEnvIf SetEnvIfExpr SetEnvIfNoCase
        slotmem_plain_module mod_slotmem_plain.c:
        slotmem_shm_module mod_slotmem_shm.c:
        so_module mod_so.c: LoadFile LoadModule
        socache_dbm_module mod_socache_dbm.c:
        socache_memcache_module mod_socache_memcache.c: MemcacheConnTTL
        socache_redis_module mod_socache_redis.c: RedisConnPoolTTL RedisTimeout
        socache_shmcb_module mod_socache_shmcb.c:
        speling_module mod_speling.c: CheckBasenameMatch CheckCaseOnly CheckSpelling
        ssl_module mod_ssl.c: SSLCACertificateFile SSLCACertificatePath SSLCADNRequestFile SSLCADNRequestPath SSLCARevocationCheck SSLCARevocationFile
          SSLCARevocationPath SSLCertificateChainFile SSLCertificateFile SSLCertificateKeyFile SSLCipherSuite SSLCompression SSLCryptoDevice SSLEngine SSLFIPS
          SSLHonorCipherOrder SSLInsecureRenegotiation SSLLog SSLLogLevel SSLOCSPDefaultResponder SSLOCSPEnable SSLOCSPNoVerify SSLOCSPOverrideResponder
          SSLOCSPProxyURL SSLOCSPResponderCertificateFile SSLOCSPResponderTimeout SSLOCSPResponseMaxAge SSLOCSPResponseTimeSkew SSLOCSPUseRequestNonce
          SSLOpenSSLConfCmd SSLOptions SSLPassPhraseDialog SSLProtocol SSLProxyCACertificateFile SSLProxyCACertificatePath SSLProxyCARevocationCheck
          SSLProxyCARevocationFile SSLProxyCARevocationPath SSLProxyCheckPeerCN SSLProxyCheckPeerExpire SSLProxyCheckPeerName SSLProxyCipherSuite
          SSLProxyEngine SSLProxyMachineCertificateChainFile SSLProxyMachineCertificateFile SSLProxyMachineCertificatePath SSLProxyProtocol SSLProxyVerify
          SSLProxyVerifyDepth SSLRandomSeed SSLRenegBufferSize SSLRequire SSLRequireSSL SSLSessionCache SSLSessionCacheTimeout SSLSessionTicketKeyFile
          SSLSessionTickets SSLSRPUnknownUserSeed SSLSRPVerifierFile SSLStaplingCache SSLStaplingErrorCacheTimeout SSLStaplingFakeTryLater SSLStaplingForceURL
          SSLStaplingResponderTimeout SSLStaplingResponseMaxAge SSLStaplingResponseTimeSkew SSLStaplingReturnResponderErrors SSLStaplingStandardCacheTimeout
          SSLStrictSNIVHostCheck SSLUserName SSLUseStapling SSLVerifyClient SSLVerifyDepth SSLVHostSNIPolicy
        status_module mod_status.c:
        substitute_module mod_substitute.c: Substitute SubstituteInheritBefore SubstituteMaxLineLength
        suexec_module mod_suexec.c: SuexecUserGroup
        unique_id_module mod_unique_id.c:
        unixd_module mod_unixd.c: ChrootDir Group Suexec User
        userdir_module mod_userdir.c: UserDir
        usertrack_module mod_usertrack.c: CookieDomain CookieExpires CookieHttpOnly CookieName CookieSameSite CookieSecure CookieStyle CookieTracking
        version_module mod_version.c: <IfVersion
        vhost_alias_module mod_vhost_alias.c: VirtualDocumentRoot VirtualDocumentRootIP VirtualScriptAlias VirtualScriptAliasIP
        watchdog_module mod_watchdog.c: WatchdogInterval
        xml2enc_module mod_xml2enc.c: xml2EncAlias xml2EncDefault xml2StartParse
        """;
}
