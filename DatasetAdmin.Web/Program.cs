using DatasetAdmin.Web.Commands;

return await CommandLine.RunAsync(args);
