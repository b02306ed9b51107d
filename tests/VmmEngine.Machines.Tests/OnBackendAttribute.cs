using VmmEngine.Kvm;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>A test that runs on one back end; on KVM visibly skipped, with the reason, where that does not work.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnBackendAttribute : FactAttribute
{
    public OnBackendAttribute(BackendChoice backend)
    {
        if (backend == BackendChoice.Kvm && new KvmBackendFactory().Unavailable() is { } problem)
        {
            Skip = problem;
        }
    }
}
