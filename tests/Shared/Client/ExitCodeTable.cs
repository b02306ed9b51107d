using System.Reflection;
using VmmEngine.Abi.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.Client;

/// <summary>Which exit codes a client can get: each has a test, or a reason why there is none.</summary>
public sealed class ExitCodeTable
{
    /// <summary>Handled inside, or another machine's.</summary>
    private static readonly Dictionary<int, string> NeverReturned = new()
    {
        [vm_exitcode.VM_EXITCODE_HLT] = "VM_RUN sleeps until something ends the halt.",
        [vm_exitcode.VM_EXITCODE_PAGING] = "Memory is there when it is mapped; what the mapping forbids is EFAULT.",
        [vm_exitcode.VM_EXITCODE_DEPRECATED1] = "Upstream took it back.",
        [vm_exitcode.VM_EXITCODE_RENDEZVOUS] = "vCPUs meet without the client.",
        [vm_exitcode.VM_EXITCODE_IOAPIC_EOI] = "Belongs to the interrupt controllers.",
        [vm_exitcode.VM_EXITCODE_MONITOR] = "The guest gets #UD.",
        [vm_exitcode.VM_EXITCODE_MWAIT] = "The guest gets #UD.",
        [vm_exitcode.VM_EXITCODE_VMINSN] = "The guest gets #UD.",
        [vm_exitcode.VM_EXITCODE_SVM] = "AMD's code for what is VMX here.",
    };

    [Fact]
    public void EveryExitCodeHasATestOrAReason()
    {
        IEnumerable<int> codes = typeof(vm_exitcode).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.Name != nameof(vm_exitcode.VM_EXITCODE_MAX))
            .Select(field => (int)field.GetRawConstantValue()!);
        IEnumerable<int> tested = typeof(ExitCodeTests).GetMethods()
            .SelectMany(method => method.GetCustomAttributes<ExitCaseAttribute>())
            .Select(attribute => attribute.Code);
        Assert.Equal(codes.Order(), tested.Concat(NeverReturned.Keys).Distinct().Order());
        Assert.Empty(tested.Intersect(NeverReturned.Keys));
    }
}
