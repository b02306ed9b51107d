using VmmEngine.Backends;
using VmmEngine.Kvm;

namespace VmmEngine.Tests.OpenBsdClient;

/// <summary>OpenBSD's device on KVM.</summary>
public sealed class KvmOpenBsdClientTests : OpenBsdClientTests
{
    protected override BackendFactory Factory => new KvmBackendFactory(new KvmOptions { KernelIrqchip = false });
}
