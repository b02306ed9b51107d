using VmmEngine.Guests.Nasm;
using VmmEngine.Kvm;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>A test that assembles a guest with nasm and runs it; visibly skipped without nasm, or without the KVM that it needs.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NasmFactAttribute : FactAttribute
{
    public NasmFactAttribute(bool onKvm) => Skip = NasmGuest.Problem ?? (onKvm ? new KvmBackendFactory().Unavailable() : null);
}
