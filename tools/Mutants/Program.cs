using Mutants;

// A worker has nothing of the compiler beside it.
return args is ["worker"] ? Worker.Run() : await Story.RunAsync(args);
