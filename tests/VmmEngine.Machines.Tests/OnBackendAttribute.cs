using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Machines.Tests;

/// <summary>A test that runs on one back end; on KVM visibly skipped, with the reason, where that does not work.</summary>
[AttributeUsage(AttributeTargets.Method)]
public class OnBackendAttribute : FactAttribute
{
    public OnBackendAttribute(BackendChoice backend) => Skip = backend == BackendChoice.Kvm ? KvmAvailability.Problem : null;
}
