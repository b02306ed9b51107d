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
        Handlers("VMM043", "public struct TestHandlers;", "'TestHandlers' is not partial; it must be a plain 'partial struct' of this project"),
        Handlers("VMM043", "public partial record struct TestHandlers;", "'TestHandlers' is a record; it must be a plain 'partial struct' of this project"),
        Handlers("VMM043", "public ref partial struct TestHandlers;", "'TestHandlers' is a ref struct; it must be a plain 'partial struct' of this project"),
        Handlers("VMM030", "public sealed partial class TestHandlers;", "No struct 'World.TestHandlers' in this compilation"),
        Handlers("VMM030", "public partial struct TestHandlers<T>;", "No struct 'World.TestHandlers' in this compilation"),
        Handlers("VMM030", "public static partial class Outer { public partial struct TestHandlers; }", "No struct 'World.TestHandlers' in this compilation"),
        Handlers("VMM030", "namespace Elsewhere { public partial struct TestHandlers; }", "No struct 'World.TestHandlers' in this compilation"),
        DiagnosticCase.Row(
            "VMM033",
            "VM_A 1 IO - - [|Reset|]",
            "'TestHandlers' has no method 'Reset'; expected 'public static int Reset(in World.TestCall)'.",
            TestWorld.WithHandlers("public static int Reset<T>(in TestCall call) => 0;"),
            "generic"),
    ];

    private static DiagnosticCase Handlers(string id, string declaration, string message) => new(
        id,
        TestWorld.Table("VM_A 1 IO - - A not-yet").Replace("TestHandlers", "[|TestHandlers|]", StringComparison.Ordinal),
        message,
        TestWorld.Types + $"namespace World {{ {declaration} }}",
        declaration);
}
