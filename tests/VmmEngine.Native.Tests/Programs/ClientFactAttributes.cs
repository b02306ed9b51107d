using VmmEngine.Kvm;
using VmmEngine.Native.Tests.Library;

namespace VmmEngine.Native.Tests.Programs;

/// <summary>A test with C clients on the software processor; a visible skip without a C compiler.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientTheoryAttribute : TheoryAttribute
{
    public ClientTheoryAttribute() => Skip = Toolchain.Missing;
}

/// <inheritdoc cref="ClientTheoryAttribute"/>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ClientFactAttribute : FactAttribute
{
    public ClientFactAttribute() => Skip = Toolchain.Missing;
}

/// <summary>A test with C clients on KVM; a visible skip without a C compiler or without KVM.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KvmClientTheoryAttribute : TheoryAttribute
{
    public KvmClientTheoryAttribute() => Skip = Toolchain.Missing ?? new KvmBackendFactory().Unavailable();
}

/// <summary>A test that needs a C++ compiler; a visible skip without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CppFactAttribute : FactAttribute
{
    internal const string Compiler = "g++";

    public CppFactAttribute() => Skip = Toolchain.Missing ?? Toolchain.MissingProgram(Compiler);
}

/// <summary>A test that asks pkg-config how to compile; a visible skip without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PkgConfigFactAttribute : FactAttribute
{
    public PkgConfigFactAttribute() => Skip = Toolchain.Missing ?? Toolchain.MissingProgram("pkg-config");
}
