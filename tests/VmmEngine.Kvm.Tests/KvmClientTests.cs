using VmmEngine.Backends;
using VmmEngine.Kvm.Tests;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>The device's clients on KVM.</summary>
public sealed class KvmClientTests : ClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory(new VmmEngine.Kvm.KvmOptions { KernelIrqchip = false });
}

/// <summary>Relaxed and ordinary handles on KVM.</summary>
public sealed class KvmRelaxedClientTests : RelaxedClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory(new VmmEngine.Kvm.KvmOptions { KernelIrqchip = false });
}

/// <summary>Events on KVM.</summary>
public sealed class KvmEventClientTests : EventClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory(new VmmEngine.Kvm.KvmOptions { KernelIrqchip = false });
}

/// <summary>Saved and restored state on KVM.</summary>
public sealed class KvmStateClientTests : StateClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory(new VmmEngine.Kvm.KvmOptions { KernelIrqchip = false });
}

/// <summary>The platform's devices on KVM.</summary>
public sealed class KvmPlatformClientTests : PlatformClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory();

    protected override bool IsKvm => true;
}

/// <summary>A theory that needs the back end.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BackendTheoryAttribute : TheoryAttribute
{
    public BackendTheoryAttribute() => Skip = KvmAvailability.Problem;
}

/// <summary>Bad input to KVM.</summary>
public sealed class KvmLimitClientTests : LimitClientTests
{
    protected override BackendFactory Factory => new VmmEngine.Kvm.KvmBackendFactory(new VmmEngine.Kvm.KvmOptions { KernelIrqchip = false });
}

/// <summary>A fact that needs the back end.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BackendFactAttribute : FactAttribute
{
    public BackendFactAttribute() => Skip = KvmAvailability.Problem;
}
