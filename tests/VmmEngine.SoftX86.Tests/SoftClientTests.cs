using VmmEngine.Backends;
using VmmEngine.SoftX86;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>The device's clients on the software vCPU.</summary>
public sealed class SoftClientTests : ClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}

/// <summary>Relaxed and ordinary handles on the software vCPU.</summary>
public sealed class SoftRelaxedClientTests : RelaxedClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}

/// <summary>Events on the software vCPU.</summary>
public sealed class SoftEventClientTests : EventClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}

/// <summary>Saved and restored state on the software vCPU.</summary>
public sealed class SoftStateClientTests : StateClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}

/// <summary>The platform's devices on the software vCPU.</summary>
public sealed class SoftPlatformClientTests : PlatformClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());

    protected override bool IsKvm => false;
}

/// <summary>A theory that needs the back end, which is always there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BackendTheoryAttribute : TheoryAttribute;

/// <summary>Bad input to the software vCPU.</summary>
public sealed class SoftLimitClientTests : LimitClientTests
{
    protected override BackendFactory Factory => new SoftBackendFactory(new SoftOptions());
}

/// <summary>A fact that needs the back end, which is always there.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BackendFactAttribute : FactAttribute;
