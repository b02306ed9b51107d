using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>Rows and handlers that do not meet.</summary>
internal static class HandlerCases
{
    public static IEnumerable<DiagnosticCase> All =>
    [
        DiagnosticCase.Row(
            "VMM033",
            "VM_A 1 IO - - [|Reset|]",
            "'TestHandlers' has no method 'Reset'; expected 'public static int Reset(in World.TestCall)'."),
        DiagnosticCase.Row(
            "VMM033",
            "VM_A 1 IO - - [|Reset|]",
            "'TestHandlers' has no method 'Reset'; expected 'public static int Reset(in World.TestCall)'. Did you mean 'Reseat'?",
            TestWorld.WithHandlers("public static void Reseat() { }")),
        DiagnosticCase.Row(
            "VMM034",
            "VM_A 1 IOWR vm_register LOCK_ONE_VCPU [|Get|]",
            "Handler 'Get' should be 'public static int Get(in World.TestCall, VmmEngine.Locks.Vcpu*, ref World.Arguments.vm_register)' "
            + "but is 'public static int Get(in World.TestCall, ref World.Arguments.vm_register)'",
            TestWorld.WithHandlers("public static int Get(in TestCall call, ref vm_register argument) => 0;")),
        DiagnosticCase.Row(
            "VMM034",
            "VM_A 1 IO - - [|Reset|]",
            "Handler 'Reset' should be 'public static int Reset(in World.TestCall)' but is 'private static int Reset(in World.TestCall)'",
            TestWorld.WithHandlers("private static int Reset(in TestCall call) => 0;")),
        new(
            "VMM035",
            TestWorld.Table("VM_A 1 IO - - A not-yet").Replace("TestHandlers", "[|TestHandlers|]", StringComparison.Ordinal),
            "No row names the handler 'Forgotten' of 'TestHandlers'",
            TestWorld.WithHandlers("public static int Forgotten(in TestCall call) => 0; public static int Helper(int size) => size;")),
        DiagnosticCase.Row(
            "VMM036",
            "VM_A 1 IO - - A [|not-yet|]",
            "Row 'VM_A' is marked not-yet, but 'TestHandlers' has its handler 'A'",
            TestWorld.WithHandlers("public static int A(in TestCall call) => 0;")),
    ];
}
