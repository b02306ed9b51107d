using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>Mistakes in a row's columns, and rows that collide.</summary>
internal static class RowCases
{
    private const string Outgoing = """
        table      Out
        kind       outgoing
        device     out
        encoding   linux
        group      0xAE
        namespace  World
        class      Out
        arguments  World.Arguments
        section a

        """;

    public static IEnumerable<DiagnosticCase> All =>
    [
        DiagnosticCase.Row("VMM001", "[|VM_A|] 1 IO -", "Row 'VM_A' has 4 columns; it needs name, nr, dir, argument, flags and handler"),
        DiagnosticCase.Row("VMM002", "VM_A [|0x1G|] IO - - A not-yet", "'0x1G' is no command number: write it in decimal or as 0x and hexadecimal digits"),
        DiagnosticCase.Row("VMM002", "VM_A [|-|] IO - - A not-yet", "'-' is no command number: an operation has '-' for number and direction, a command for neither"),
        DiagnosticCase.Row("VMM002", "VM_A [|7|] - - - A not-yet", "'7' is no command number: an operation has '-' for number and direction, a command for neither"),
        DiagnosticCase.Row("VMM003", "VM_A [|256|] IO - - A not-yet", "Command number 256 is over 255, the largest that fits the word"),
        DiagnosticCase.Row("VMM004", "VM_A 1 [|IOWER|] vm_register - A not-yet", "Unknown direction 'IOWER'. Did you mean 'IOWR'?"),
        DiagnosticCase.Row("VMM005", "[|VM-A|] 1 IO - - A not-yet", "'VM-A' cannot be a name in C#"),
        DiagnosticCase.Row("VMM005", "VM_A 1 IO - - [|class|] not-yet", "'class' cannot be a name in C#"),
        DiagnosticCase.Row("VMM006", "VM_A 1 IO - - A [|not-jet|] not-yet", "Bad attribute 'not-jet'. Did you mean 'not-yet'?"),
        DiagnosticCase.Row("VMM006", "VM_A 1 IO - - A not-yet [|option=|]", "Bad attribute 'option='. A value is expected."),
        DiagnosticCase.Row("VMM012", "VM_A 1 IO - - A not-yet\n[|VM_A|] 2 IO - - B not-yet", "Row 'VM_A' is already on line 17"),
        DiagnosticCase.Row("VMM013", "VM_A 1 IO - - A not-yet\nVM_B [|0x01|] IO - - B not-yet", "Row 'VM_B' has the command word 0x20007601 of row 'VM_A' on line 17"),
        DiagnosticCase.Row("VMM014", "VM_A 1 IO - - A not-yet\nVM_B 2 IO - - [|A|] not-yet", "Handler 'A' already belongs to row 'VM_A' on line 17"),
        DiagnosticCase.Row("VMM024", "VM_A 1 IOW [|vm_registre|] - A not-yet", "No struct 'vm_registre' in World.Arguments. Did you mean 'vm_register'?"),
        DiagnosticCase.Row(
            "VMM025",
            "VM_A 1 IOW [|vm_managed|] - A not-yet",
            "Struct 'vm_managed' cannot be copied byte for byte: member 'name': a 'String' has no bytes of its own that a client could fill"),
        DiagnosticCase.Row("VMM026", "VM_A 1 [|IO|] vm_register - A not-yet", "Direction IO has no argument, so the column must be '-'"),
        DiagnosticCase.Row("VMM026", "VM_A 1 [|IOR|] - - A not-yet", "Direction IOR needs an argument"),
        DiagnosticCase.Row("VMM026", "VM_A 1 [|IOWINT|] vm_register - A not-yet", "Direction IOWINT carries an int in place of the pointer, so the argument must be 'int'"),
        DiagnosticCase.Row("VMM027", "VM_A 1 IOW [|vm_huge|] - A not-yet", "Argument 'vm_huge' has 8192 bytes; the word's length field ends at 8191"),
        DiagnosticCase.Row("VMM032", "VM_A 1 IO - - A not-yet option=[|Snapshut|]", "Unknown option 'Snapshut'. Did you mean 'Snapshot'?"),
        DiagnosticCase.Row("VMM005", "[|struct|] 1 IO - - A not-yet", "'struct' cannot be a name in C#"),
        DiagnosticCase.Row("VMM005", "[|9VM|] 1 IO - - A not-yet", "'9VM' cannot be a name in C#"),
        DiagnosticCase.Row("VMM005", "[|VM_Ä|] 1 IO - - A not-yet", "'VM_Ä' cannot be a name in C#"),
        Argument("VMM005", "event", "public struct @event { public int id; }", "'event' cannot be a name in C#"),
        Argument("VMM024", "Outer+vm_a", "public static class Outer { public struct vm_a { public int id; } }", "No struct 'Outer+vm_a' in World.Arguments."),
        Argument("VMM024", "Outer.vm_a", "public static class Outer { public struct vm_a { public int id; } }", "No struct 'Outer.vm_a' in World.Arguments."),
        Argument("VMM024", "Sub.vm_a", "namespace Sub { public struct vm_a { public int id; } }", "No struct 'Sub.vm_a' in World.Arguments."),
        Argument("VMM024", "vm_a", "public class vm_a;", "No struct 'vm_a' in World.Arguments."),
        Argument("VMM024", "vm_a", "public struct vm_a<T> { public int id; }", "No struct 'vm_a' in World.Arguments."),
        Argument("VMM024", "vm_global", "} public struct vm_global { public int id; } namespace World.Others {", "No struct 'vm_global' in World.Arguments."),
        Argument("VMM025", "vm_a", "public ref struct vm_a { public int id; }", "Struct 'vm_a' cannot be copied byte for byte: 'vm_a' is a ref struct"),
        Argument(
            "VMM025",
            "vm_a",
            "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)] public struct vm_a { public int id; }",
            "Struct 'vm_a' cannot be copied byte for byte: the runtime orders the members of 'vm_a' as it likes"),
        Argument(
            "VMM025",
            "vm_a",
            "public struct vm_a { public bool on; }",
            "Struct 'vm_a' cannot be copied byte for byte: member 'on': a 'Boolean' has no bytes of its own that a client could fill"),
        Argument(
            "VMM025",
            "vm_a",
            "public struct vm_a { public char letter; }",
            "Struct 'vm_a' cannot be copied byte for byte: member 'letter': a 'Char' has no bytes of its own that a client could fill"),
        DiagnosticCase.Row(
            "VMM028",
            "VM_A 1 IOW [|vm_a|] LOCK_ONE_VCPU A not-yet",
            "LOCK_ONE_VCPU needs a vCPU id, but the first member of 'vm_a' is 'private int cpuid'",
            TestWorld.Source + "\n#pragma warning disable CS0169\nnamespace World.Arguments { public struct vm_a { private int cpuid; } }"),
        OnVm("VM_A 1 IO - - A not-yet on=[|vm|]", "It is for operations; a command begins with a call."),
        OnVm("VM_A - - - - A not-yet option=Snapshot on=[|vm|]", "A call has options, a VM has none."),
        OnVm("VM_A - - - PPT A not-yet on=[|vm|]", "The VM is held already; only its own locks can be taken."),
        DiagnosticCase.Row("VMM044", "VM_A 1 IO - - [|Ioctl|] not-yet", "'Ioctl' is already the name of what the generated class uses itself"),
        DiagnosticCase.Row("VMM044", "VM_A 1 IO - - [|Errno|] not-yet", "'Errno' is already the name of what the generated class uses itself"),
        DiagnosticCase.Row("VMM044", "VM_A 1 IO - - [|TestCommands|] not-yet", "'TestCommands' is already the name of a generated class"),
        DiagnosticCase.Row("VMM044", "VM_A 1 IO - - [|GetType|] not-yet", "'GetType' is already the name of what every class inherits"),
        DiagnosticCase.Row("VMM044", "VM_A 1 IO - - A not-yet\nVM_B 2 IO - - [|AThunk|] not-yet", "'AThunk' is already the name of a method made for row 'VM_A'"),
        DiagnosticCase.Row("VMM044", "[|ToString|] 1 IO - - A not-yet", "'ToString' is already the name of what every class inherits"),
        DiagnosticCase.Row("VMM044", "[|TestCommandWords|] 1 IO - - A not-yet", "'TestCommandWords' is already the name of the class of the command words"),
        new("VMM038", Outgoing + "KVM_A 1 IO - [|SLOCK_MEMSEGS|] -", "Row 'KVM_A' is issued by the engine, so its flags must be '-'"),
        new("VMM038", Outgoing + "KVM_A 1 IO - - [|Run|]", "Row 'KVM_A' is issued by the engine, so its handler must be '-'"),
        new("VMM040", ManyRows(), "No perfect hash of 5120 command words in up to 4096 slots; split the table"),
    ];

    private static DiagnosticCase OnVm(string row, string message) => new(
        "VMM006",
        TestWorld.Table(row).Replace("World.TestCall", "World.TestCall\ntarget      World.FullTarget", StringComparison.Ordinal),
        $"Bad attribute 'on=vm'. {message}",
        TestWorld.Source + """

            namespace World
            {
                public readonly struct FullTarget
                {
                    public int CheckPrivilege(VmmEngine.Privilege privilege) => (int)privilege;
                    public bool IsEnabled(VmmEngine.Option option) => option == VmmEngine.Option.None;
                }
            }
            """);

    /// <summary>A row with a struct declared in the argument namespace.</summary>
    private static DiagnosticCase Argument(string id, string name, string declaration, string message) => new(
        id,
        TestWorld.Table($"VM_A 1 IOW [|{name}|] - A not-yet"),
        message,
        TestWorld.Source + $"\n#pragma warning disable CS0169, CS8981, CS9265\nnamespace World.Arguments {{ {declaration} }}",
        declaration);

    /// <summary>Twenty sizes times 256 numbers: more rows than the largest dispatch table has slots.</summary>
    private static string ManyRows()
    {
        string[] directions = ["IOW", "IOR", "IOWR"];
        string[] arguments = ["int", "ulong", "vm_register", "vm_memseg", "vm_six", "vm_ten"];
        IEnumerable<string> kinds = (from direction in directions from argument in arguments select $"{direction} {argument}").Concat(["IO -", "IOWINT int"]);
        IEnumerable<string> rows =
            from kind in kinds.Select((text, index) => (text, index))
            from number in Enumerable.Range(0, 256)
            select $"VM_{kind.index}_{number} {number} {kind.text} - H{kind.index}_{number} not-yet";
        return TestWorld.Table([.. rows]);
    }
}
