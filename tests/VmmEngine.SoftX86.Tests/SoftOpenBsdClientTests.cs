using VmmEngine.Backends;
using VmmEngine.SoftX86;

namespace VmmEngine.Tests.OpenBsdClient;

/// <summary>OpenBSD's device on the software vCPU.</summary>
public sealed class SoftOpenBsdClientTests : OpenBsdClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}
